/** The id of the record that somebody asks for and that is not written yet. */
export const ASKED_NOW = 'asked-now';
