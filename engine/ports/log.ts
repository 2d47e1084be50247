// What the controller tells the person who runs it. Sentences, with a few fields; secrets are masked before they get
// here.

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export type Log = {
  info(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
};
