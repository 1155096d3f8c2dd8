// The page's words that its script shows, in the language of whoever looks, and who and where they are.

export const { as, channel, tab } = document.body.dataset
export const texts = JSON.parse(document.body.dataset.texts)
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
