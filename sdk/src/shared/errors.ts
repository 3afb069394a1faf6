/** Bad input from a person or a file. The message is one line, fit to be shown as it is. */
export class InputError extends Error {}
