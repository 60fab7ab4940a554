// What our mails say, a row each, in the languages that the console speaks. Plain text: nothing to load, nothing to hide.

export const LETTER_LANGUAGES = ["en", "el"] as const;
type LetterLanguage = (typeof LETTER_LANGUAGES)[number];

export type LetterKind =
  | "signUp"
  | "alreadySignedUp"
  | "verifyEmail"
  | "emailChanged"
  | "resetPassword"
  | "passwordChanged"
  | "invitation"
  | "test";

/** What a letter may mention. */
export interface LetterValues {
  /** Where the deployment is. */
  site: string;
  /** What to open. */
  link: string;
  username: string;
  /** How long the link is good for. */
  hours: number;
}

interface Letter {
  subject: string;
  text(values: LetterValues): string;
}

const en: Readonly<Record<LetterKind, Letter>> = {
  signUp: {
    subject: "Confirm your e-mail address",
    text: ({ site, link, hours }) =>
      `Somebody signed up at ${site} with this address. If it was you, open this within ${hours} hours:\n\n${link}\n\n` +
      "If it was not you, there is nothing to do: without it, no account is made.",
  },
  alreadySignedUp: {
    subject: "You have an account already",
    text: ({ site, username, link }) =>
      `Somebody signed up at ${site} with this address, which belongs to the account ${username} already. If it was you ` +
      `and you do not know your password, ask for a new one:\n\n${link}\n\nIf it was not you, there is nothing to do.`,
  },
  verifyEmail: {
    subject: "Confirm your e-mail address",
    text: ({ site, username, link, hours }) =>
      `This is now the e-mail address of the account ${username} at ${site}. To confirm it, open this within ${hours} hours:\n\n${link}`,
  },
  emailChanged: {
    subject: "Your e-mail address was changed",
    text: ({ site, username, link }) =>
      `The account ${username} at ${site} has another e-mail address now; this one counts no more. If that was not you, ` +
      `tell whoever runs ${link} at once.`,
  },
  resetPassword: {
    subject: "Choose a new password",
    text: ({ site, username, link, hours }) =>
      `Somebody asked for a new password for the account ${username} at ${site}. If it was you, open this within ` +
      `${Math.round(hours * 60)} minutes:\n\n${link}\n\nIf it was not you, there is nothing to do: your password stays as it is.`,
  },
  passwordChanged: {
    subject: "Your password was changed",
    text: ({ site, username, link }) =>
      `The account ${username} at ${site} has a new password and was signed out everywhere. If that was not you, ask for ` +
      `another one at once:\n\n${link}`,
  },
  invitation: {
    subject: "You are invited",
    text: ({ site, link, hours }) =>
      `You are invited to ${site}. To make your account, open this within ${Math.round(hours / 24)} days:\n\n${link}`,
  },
  test: {
    subject: "Mail works",
    text: ({ site, username }) => `${username} tried whether ${site} can send mail. It can.`,
  },
};

const el: Readonly<Record<LetterKind, Letter>> = {
  signUp: {
    subject: "Επιβεβαιώστε τη διεύθυνσή σας",
    text: ({ site, link, hours }) =>
      `Κάποιος έκανε εγγραφή στο ${site} με αυτή τη διεύθυνση. Αν ήσασταν εσείς, ανοίξτε αυτόν τον σύνδεσμο μέσα σε ` +
      `${hours} ώρες:\n\n${link}\n\nΑν όχι, δεν χρειάζεται να κάνετε τίποτα: χωρίς αυτόν δεν δημιουργείται λογαριασμός.`,
  },
  alreadySignedUp: {
    subject: "Έχετε ήδη λογαριασμό",
    text: ({ site, username, link }) =>
      `Κάποιος έκανε εγγραφή στο ${site} με αυτή τη διεύθυνση, που ανήκει ήδη στον λογαριασμό ${username}. Αν ήσασταν ` +
      `εσείς και δεν θυμάστε τον κωδικό σας, ζητήστε νέο:\n\n${link}\n\nΑν όχι, δεν χρειάζεται να κάνετε τίποτα.`,
  },
  verifyEmail: {
    subject: "Επιβεβαιώστε τη διεύθυνσή σας",
    text: ({ site, username, link, hours }) =>
      `Αυτή είναι πλέον η διεύθυνση του λογαριασμού ${username} στο ${site}. Για να την επιβεβαιώσετε, ανοίξτε αυτόν τον ` +
      `σύνδεσμο μέσα σε ${hours} ώρες:\n\n${link}`,
  },
  emailChanged: {
    subject: "Η διεύθυνσή σας άλλαξε",
    text: ({ site, username, link }) =>
      `Ο λογαριασμός ${username} στο ${site} έχει πλέον άλλη διεύθυνση και αυτή εδώ δεν ισχύει. Αν δεν το κάνατε εσείς, ` +
      `ειδοποιήστε αμέσως τον διαχειριστή του ${link}.`,
  },
  resetPassword: {
    subject: "Επιλέξτε νέο κωδικό",
    text: ({ site, username, link, hours }) =>
      `Κάποιος ζήτησε νέο κωδικό για τον λογαριασμό ${username} στο ${site}. Αν ήσασταν εσείς, ανοίξτε αυτόν τον σύνδεσμο ` +
      `μέσα σε ${Math.round(hours * 60)} λεπτά:\n\n${link}\n\nΑν όχι, δεν χρειάζεται να κάνετε τίποτα: ο κωδικός σας δεν αλλάζει.`,
  },
  passwordChanged: {
    subject: "Ο κωδικός σας άλλαξε",
    text: ({ site, username, link }) =>
      `Ο λογαριασμός ${username} στο ${site} έχει νέο κωδικό και αποσυνδέθηκε παντού. Αν δεν το κάνατε εσείς, ζητήστε ` +
      `αμέσως άλλον:\n\n${link}`,
  },
  invitation: {
    subject: "Έχετε πρόσκληση",
    text: ({ site, link, hours }) =>
      `Έχετε πρόσκληση στο ${site}. Για να φτιάξετε λογαριασμό, ανοίξτε αυτόν τον σύνδεσμο μέσα σε ${Math.round(hours / 24)} ` +
      `ημέρες:\n\n${link}`,
  },
  test: {
    subject: "Η αλληλογραφία λειτουργεί",
    text: ({ site, username }) => `Ο χρήστης ${username} δοκίμασε αν το ${site} μπορεί να στείλει μηνύματα. Μπορεί.`,
  },
};

const LETTERS: Readonly<Record<LetterLanguage, Readonly<Record<LetterKind, Letter>>>> = { en, el };

/** @param language RFC 5646; one that we do not write becomes English */
export function letter(
  kind: LetterKind,
  language: string | null,
  values: LetterValues,
): { subject: string; text: string } {
  const primary = language?.toLowerCase().split("-")[0];
  const known = LETTER_LANGUAGES.find((one) => one === primary) ?? "en";
  const { subject, text } = LETTERS[known][kind];
  return { subject, text: `${text(values)}\n` };
}
