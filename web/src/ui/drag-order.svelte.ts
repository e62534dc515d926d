interface Row {
  id: string
}

/** Puts the rows of a list into another order by dragging. Keys and menus do the same in the list's own way. */
export class DragOrder<One extends Row> {
  #dragged: One | null = $state.raw(null)
  #over = $state(-1)
  readonly #place: (row: One, to: number) => void

  /** `place` is called with the row that was let go, and the place of the row that it was let go on. */
  constructor(place: (row: One, to: number) => void) {
    this.#place = place
  }

  /** Another row hangs over this one. */
  isOver(row: One, at: number): boolean {
    return this.#over === at && this.#dragged !== null && this.#dragged.id !== row.id
  }

  /** What a row of the list listens to. */
  row(row: One, at: number, title: string) {
    return {
      ondragstart: (event: DragEvent) => {
        this.#dragged = row
        event.dataTransfer?.setData('text/plain', title)
      },
      ondragover: (event: DragEvent) => {
        if (!this.#dragged) return
        event.preventDefault()
        this.#over = at
      },
      ondrop: (event: DragEvent) => {
        event.preventDefault()
        const dragged = this.#dragged
        this.#end()
        if (dragged && dragged.id !== row.id) this.#place(dragged, at)
      },
      ondragend: () => this.#end(),
    }
  }

  #end() {
    this.#dragged = null
    this.#over = -1
  }
}
