import { bars } from './page-bars.ts'
import { canvas } from './page-canvas.ts'
import { input } from './page-input.ts'
import { legend } from './page-legend.ts'
import { words } from './page-words.ts'

/** The program of the page: what it knows and how it says it, how it draws that, and what keys and pointers do. */
export const script: string = `'use strict';(() => {${[words, canvas, bars, legend, input].join('')}})()`
