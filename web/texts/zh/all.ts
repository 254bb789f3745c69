import errors from './errors.ts?compiled'
import first from './first.ts?compiled'
import more from './more.ts?compiled'
import push from './push.ts?compiled'

export default { ...first, ...more, ...push, ...errors }
