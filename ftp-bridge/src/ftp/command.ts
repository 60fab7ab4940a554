// What a command is: a row of the table in commands/index.ts.
import type { Permission } from "../worker/shapes.ts";
import type { Reply } from "./replies.ts";
import type { Session } from "./session.ts";

export interface CommandRow {
  /** Also for someone who has not signed in. */
  open?: true;
  permission?: Permission;
  /** Answered at once while a transfer runs; everything else waits for its end. */
  urgent?: true;
  /** Told by FEAT. */
  feature?: string;
  /** Nothing to return where it has sent its replies itself. */
  run(session: Session, argument: string): Promise<Reply | undefined> | Reply | undefined;
}

export type Commands = Readonly<Record<string, CommandRow>>;
