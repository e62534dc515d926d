/** Paints scenes on a canvas, for pictures with too many marks for SVG. */
import type { Mark, Paint, RectMark, Scene, TextMark } from '$draw/index'

/** More marks than this are painted instead of being elements. */
export const MOST_ELEMENTS = 1500

/** Paints a scene on a canvas, `ratio` device pixels per pixel. */
export function paintScene(canvas: HTMLCanvasElement, scene: Scene, ratio: number): void {
  canvas.width = Math.round(scene.width * ratio)
  canvas.height = Math.round(scene.height * ratio)
  const ctx = canvas.getContext('2d')
  if (!ctx) return
  const family = getComputedStyle(canvas).fontFamily || 'sans-serif'
  ctx.scale(ratio, ratio)
  paintMarks(ctx, scene.marks, family)
}

function paintMarks(ctx: CanvasRenderingContext2D, marks: readonly Mark[], family: string): void {
  for (const mark of marks) {
    ctx.save()
    if ('opacity' in mark && mark.opacity !== undefined) ctx.globalAlpha *= mark.opacity
    if (mark.kind === 'group') paintMarks(ctx, mark.marks, family)
    else if (mark.kind === 'clip') {
      ctx.beginPath()
      ctx.rect(mark.x, mark.y, mark.width, mark.height)
      ctx.clip()
      paintMarks(ctx, mark.marks, family)
    } else if (mark.kind === 'text') paintText(ctx, mark, family)
    else if (mark.kind !== 'image') paintShape(ctx, pathOf(mark), mark)
    ctx.restore()
  }
}

function pathOf(mark: Exclude<Mark, { kind: 'group' | 'clip' | 'text' | 'image' }>): Path2D {
  if (mark.kind === 'path') return new Path2D(mark.d)
  if (mark.kind === 'rect') return rectPath(mark)
  const path = new Path2D()
  if (mark.kind === 'circle') path.arc(mark.cx, mark.cy, mark.r, 0, 2 * Math.PI)
  else {
    path.moveTo(mark.x1, mark.y1)
    path.lineTo(mark.x2, mark.y2)
  }
  return path
}

/** Path2D.roundRect is younger than the oldest browsers we serve. */
function rectPath({ x, y, width, height, radius = 0 }: RectMark): Path2D {
  const path = new Path2D()
  const r = Math.min(radius, width / 2, height / 2)
  if (r <= 0) {
    path.rect(x, y, width, height)
    return path
  }
  path.moveTo(x + r, y)
  path.arcTo(x + width, y, x + width, y + height, r)
  path.arcTo(x + width, y + height, x, y + height, r)
  path.arcTo(x, y + height, x, y, r)
  path.arcTo(x, y, x + width, y, r)
  path.closePath()
  return path
}

function paintShape(ctx: CanvasRenderingContext2D, path: Path2D, paint: Paint): void {
  if (paint.fill) {
    ctx.fillStyle = paint.fill
    ctx.fill(path)
  }
  if (!paint.stroke) return
  ctx.strokeStyle = paint.stroke
  ctx.lineWidth = paint.strokeWidth ?? 1
  ctx.setLineDash([...(paint.dash ?? [])])
  ctx.lineCap = paint.cap ?? 'butt'
  ctx.lineJoin = paint.cap ?? 'miter'
  ctx.stroke(path)
}

function paintText(ctx: CanvasRenderingContext2D, mark: TextMark, family: string): void {
  ctx.font = `${mark.weight} ${mark.size}px ${family}`
  ctx.fillStyle = mark.fill
  ctx.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor === 'end' ? 'end' : 'start'
  ctx.translate(mark.x, mark.y)
  if (mark.rotate) ctx.rotate((mark.rotate * Math.PI) / 180)
  ctx.fillText(mark.text, 0, 0)
}
