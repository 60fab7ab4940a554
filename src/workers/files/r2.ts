// How objects are named in R2, and what R2 asks of parts: at least 5 MiB, all of one size but the last, 10,000 at most.

export const objectKey = (id: string): string => `files/${id}`;

/** Small, because a body whose length nobody told is held in memory a part at a time. */
export const PART_BYTES = 5 * 1024 * 1024;
/** Of a resumable upload: each part costs a request and a row, and is hashed in one go. */
export const RESUMABLE_PART_BYTES = 32 * 1024 * 1024;
export const MAX_PARTS = 10_000;
