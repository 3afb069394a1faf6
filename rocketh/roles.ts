/** Roles of the platform's AccessManager. Its administrator (role 0) grants them; see docs/rooms/agencies.md. */
export const roles = {
  /** Registers public bodies. */
  REGISTRAR: 1n,
  /** Suspends and resumes bodies. */
  SUPERVISOR: 2n,
  /** Gives a body whose admin key is lost another admin; its acts are delayed. */
  RECOVERY: 3n,
} as const;
