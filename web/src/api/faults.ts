/** The words of failures that few screens can show: whoever imports this module brings them along. */
import { hasText } from '$lib/text'

/** Says whether a failure has words of this kind. */
export const isFault = (code: string): boolean => hasText(`fault.${code}`)
