import { emptyTask, overrideTask } from "hardhat/config";
import { accessTasks } from "./access/index.ts";
import { agencyTasks } from "./agency/index.ts";
import { committeeTasks } from "./committee/index.ts";
import { complaintTasks } from "./complaint/index.ts";
import { documentTasks } from "./document/index.ts";
import { evaluationTasks } from "./evaluation/index.ts";
import { houseTasks } from "./house/index.ts";
import { marketTasks } from "./market/index.ts";
import { beforeTasks } from "./tender/before.ts";
import { tenderTasks } from "./tender/index.ts";

export const tasks = [
  // The scripts of deploy/ read the build output, so a fresh clone is built first.
  overrideTask("deploy")
    .setAction(() => import("./deploy.ts"))
    .build(),
  emptyTask("access", "Consents, exchanges between bodies, and who looked").build(),
  ...accessTasks,
  emptyTask("agency", "Public bodies and their keys").build(),
  ...agencyTasks,
  emptyTask("committee", "Opening committees: keys under which bids are sealed, and their scalars").build(),
  ...committeeTasks,
  emptyTask("complaint", "Complaints about tenders: file, decide, get the fee back").build(),
  ...complaintTasks,
  emptyTask("document", "Documents: attest, check, revoke").build(),
  ...documentTasks,
  emptyTask("evaluation", "Bids judged by a panel: scores, ranking, selection, and who signs").build(),
  ...evaluationTasks,
  emptyTask("house", "The local house: a node with everything deployed, and the demo").build(),
  ...houseTasks,
  emptyTask("market", "Trade of public data: sealed, licensed, and provably delivered").build(),
  ...marketTasks,
  emptyTask("tender", "Tenders with sealed bids").build(),
  ...tenderTasks,
  ...beforeTasks,
];
