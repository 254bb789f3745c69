import asking from './asking.ts?compiled'
import errors from './errors.ts?compiled'
import first from './first.ts?compiled'
import lists from './lists.ts?compiled'
import more from './more.ts?compiled'
import push from './push.ts?compiled'
import trouble from './trouble.ts?compiled'
import work from './work.ts?compiled'

export default { ...first, ...asking, ...lists, ...more, ...work, ...trouble, ...push, ...errors }
