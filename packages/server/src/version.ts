/** The version of this package; a test holds it against package.json. */
export const version = "4.8.100";
