/**
 * Begins the page of people who only look at dashboards: a build of its own without SvelteKit and with a smaller
 * cache of answers, from the same components. internal/app/pages.go says who gets it.
 */
import '$ui/tokens.css'
import '$ui/base.css'
import { mount } from 'svelte'
import Viewer from './viewer.svelte'

mount(Viewer, { target: document.getElementById('app') ?? document.body })
