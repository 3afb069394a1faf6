import { getBytes, hexlify } from "ethers";
import { openBidding, seatWith, showScalars } from "../../sdk/src/tenders/committee/acts.ts";
import { newSecret } from "../../sdk/src/tenders/committee/key.ts";
import { sealedBytes } from "../../sdk/src/tenders/envelopes.ts";
import type { Notice, NoticeCommittee } from "../../sdk/src/tenders/notice.ts";
import { openBids, type OpenedRow } from "../../sdk/src/tenders/openAll.ts";
import { committeeOn } from "../../sdk/src/tenders/playCommittee.ts";
import type { Played, Scene } from "./scene.ts";

/** A tender that is opened by the committee of its scene's stage. */
export interface SealedPlay {
  played: Played;
  /** For each part the secret of each seat. */
  secrets: bigint[][];
}

/** Publishes a tender for the stage's committee of 3 of 5, takes its seats and opens the bidding. */
export async function publishSealed(
  scene: Scene,
  changes: Partial<Notice> = {},
  sealing: Partial<NoticeCommittee> = {},
): Promise<SealedPlay> {
  const committee = await committeeOn(scene.stage, async (_, __, act) => (await act.send()).result);
  const { seats, threshold, members } = committee;
  const played = await scene.publish({ ...changes, sealing: { seats, threshold, ...sealing } });
  const secrets = Array.from({ length: sealing.parts ?? 1 }, () => seats.map(() => newSecret()));
  for (const [seat, member] of members.entries()) {
    const own = secrets.map((part) => part[seat] ?? 0n);
    await (await seatWith(member, played.tender, seat, own)).send();
  }
  await openBidding(scene.context, played.tender).send();
  return { played, secrets };
}

/** Publishes the scalars of some seats for the current part, as soon as they are accepted. */
export async function show({ played, secrets }: SealedPlay, seats = [1, 2, 4]): Promise<void> {
  const { context, stage } = played.scene;
  const { part, publishFrom } = await context.house.openingTimes(played.tender);
  const { time } = await played.scene.now();
  if (time < Number(publishFrom)) await stage.advanceTo(Number(publishFrom));
  const scalars = seats.map((seat) => secrets[Number(part)]?.[seat] ?? 0n);
  await showScalars(context, played.tender, seats, scalars).send();
}

/** Publishes three scalars and opens all bids, as a stranger does. */
export async function openAll(sealed: SealedPlay): Promise<OpenedRow[]> {
  await show(sealed);
  return openBids(await sealed.played.scene.as("stranger"), { tender: sealed.played.tender });
}

/** Seals any bytes as a bid of one part; `spoil` makes an envelope that does not hold them. */
export async function sealBytes(
  played: Played,
  name: string,
  bytes: string,
  { spoil = false, salt }: { spoil?: boolean; salt?: string } = {},
): Promise<void> {
  const file = await played.keepBytes(name, bytes, 0, salt);
  const context = await played.scene.as(name);
  const sealed = getBytes(await sealedBytes(context, file));
  const last = sealed.length - 1;
  if (spoil) sealed[last] = (sealed[last] ?? 0) ^ 1;
  await (await context.house.commitEnvelope(played.tender, 0, hexlify(sealed))).wait();
}

/** Just after the last second in which bids can be opened, or envelopes judged, as the times are now. */
export async function past(played: Played, stage: "reveal" | "judge"): Promise<void> {
  const { revealDeadline, sealing } = await played.model();
  await played.scene.stage.advanceTo((stage === "reveal" ? revealDeadline : (sealing?.judgeDeadline ?? 0)) + 1);
}
