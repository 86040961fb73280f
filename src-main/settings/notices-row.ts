/** Name of the row in the table of settings that says who wants notices. In a file of its own: the start asks whether it is there, and
 *  loads the rest only then. */
export const NOTICES_ROW = 'notices';
