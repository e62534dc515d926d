/** What is chosen in the controls of a page, as its address carries it: NAME=VALUE, or KLIP!NAME=VALUE. */
import type { InputResult } from '$draw/index'

/** Called with a control and the values that somebody chose in it; none gives the choice up. */
export type Choose = (input: InputResult, values: readonly string[]) => void

/** The choices after one more. `klip` is the id of the Klip that the control stands in. */
export function choose(
  choices: readonly string[],
  klip: string,
  input: InputResult,
  values: readonly string[],
): string[] {
  const name = input.scope === 'klip' && klip ? `${klip}!${input.variable}` : input.variable
  const others = choices.filter((choice) => !choice.startsWith(`${name}=`))
  return [...others, ...values.filter((value) => value).map((value) => `${name}=${value}`)]
}

/** Says whether the title of its Klip names a control already. */
export function isNamed(name: string, title: string): boolean {
  return title !== '' && (name === title || name === 'Control')
}
