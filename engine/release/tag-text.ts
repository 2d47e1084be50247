// An annotated tag as git keeps it (git help hash-object, git help mktag). The same release is the same object, so
// that two who tag it at once write one tag.

export type TagWords = {
  readonly commit: string;
  readonly tag: string;
  readonly message: string;
  readonly tagger: { readonly name: string; readonly email: string };
  /** Milliseconds; git keeps whole seconds. */
  readonly at: number;
};

/** A signature over this text is put behind it, as git does. */
export function tagText({ commit, tag, message, tagger, at }: TagWords): string {
  const seconds = Math.max(0, Math.floor(at / 1_000));
  const [name, email] = [tagger.name, tagger.email].map((text) => text.replaceAll(/[<>\p{Cc}]/gu, '').trim());
  const words = message.replaceAll('\r\n', '\n').replaceAll('\0', '').trim();
  return `object ${commit}\ntype commit\ntag ${tag}\ntagger ${name === '' ? 'unknown' : name} <${email}> ${seconds} +0000\n\n${words}\n`;
}
