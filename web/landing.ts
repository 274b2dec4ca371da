import { SILENT, watchCrowds } from './page/crowd.ts'
import { element, say } from './page/element.ts'

watchCrowds((rooms) => {
  say(element('#state'), rooms === undefined ? SILENT : `${rooms} ${rooms === 1 ? 'room' : 'rooms'} open`)
})
