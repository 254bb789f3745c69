import errors from './errors.ts?compiled'
import first from './first.ts?compiled'
import more from './more.ts?compiled'

export default { ...first, ...more, ...errors }
