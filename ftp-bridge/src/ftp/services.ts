// What every session shares.
import type { SignIn } from "../access/sign-in.ts";
import type { PassivePorts } from "../data/passive.ts";
import type { Certificate } from "../data/tls.ts";
import type { Log } from "../log.ts";
import type { Intake } from "../spool/intake.ts";
import type { Names } from "../spool/names.ts";
import type { Pulse } from "../spool/pulse.ts";
import type { Files } from "./files.ts";

export interface Services {
  signIn: SignIn;
  files: Files;
  intake: Intake;
  names: Names;
  pulse: Pulse;
  passive: PassivePorts;
  certificate: Certificate | undefined;
  log: Log;
  settings: {
    tlsRequired: boolean;
    activeMode: boolean;
    publicAddress: string | undefined;
    idleMs: number;
    stallMs: number;
  };
}
