/** Roles of the platform's AccessManager. Its administrator (role 0) grants them; see docs/rooms/agencies.md. */
export const roles = {
  /** Registers public bodies. */
  REGISTRAR: 1n,
  /** Suspends and resumes bodies, and replaces a lost admin. */
  SUPERVISOR: 2n,
} as const;
