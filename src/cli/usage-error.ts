/** Something that was asked of the command line in a way that it does not understand. Its message is all there is to say. */
export class UsageError extends Error {}
