/** The nonce of this page, for libraries that add style sheets, such as the formula editor; "" without one. */
export function pageNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? ''
}
