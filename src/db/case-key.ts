// Identities, token ids and user names differ only in case by mistake: tables are keyed by this form of them.
export const caseKey = (text: string): string => text.toLowerCase();
