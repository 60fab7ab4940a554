// What a charger is let in by, while it changes: its password, its security profile.

/** taken: it will come with it. unclear: it may. refused: it never will. */
export type PasswordOutcome = "sent" | "taken" | "unclear" | "refused";

export interface PendingPassword {
  /** Also the id of the command that carries it. */
  id: string;
  /** Digests of its accepted spellings. */
  hashes: string[];
  outcome: PasswordOutcome;
  /** Epoch milliseconds. */
  since: number;
}

/** How far a charger has been moved to another security profile. */
export interface ProfileMove {
  /** It was told all of it at this time, and comes under the new profile with its next boot. Epoch milliseconds. */
  toldAt: number;
  /** The order of its network profiles before, to go back to; undefined: it did not tell. */
  priority?: string | undefined;
  /** The Reset that makes it reconnect; undefined: it has yet to be sent, where one is wanted. */
  resetId?: string | undefined;
  wantsReset: boolean;
  /** `overdue`: it has not come back; `fellBack`: it came back, and still under the old profile. */
  trouble?: "overdue" | "fellBack" | undefined;
  /** The command that puts the old order back. */
  restoreId?: string | undefined;
}
