/** Texts beside the number of a message. */
export const TEXT_32 = "a short message of 32 characters";
export const TEXT_64 = "the quick brown fox jumps over the lazy dog, then over it again.";
