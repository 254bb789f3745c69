import type en from '../en/push.ts'
import type { SameWords } from '../words.ts'

export default {
  push: {
    generic: '有事项等待您处理',
    genericBody: '无法在此显示。请打开应用。',
    many: '还有更多事项等待您处理',
    manyBody: '短时间内请求过多，不再逐条显示。请打开应用查看全部。',
    open: '请打开应用查看并决定。',
    ask: '{kind} · {project}',
    left: '还剩 {left}：{title}',
    folder: '位于 {path}',
    more: '⟨还有 {count} 个字符⟩',
    sent: '您已{answer}。主机尚未执行。',
    kept: '您已{answer}。中继尚无回应，还未送达；已保存在此设备上，一有回应就会送达。',
    lapsed: '时限已过，无法再答复。主机尚未说明结果。',
    broken: '您的答复未能保存在此设备上：存储空间可能已满。请腾出空间，打开应用后在其中答复。',
    cleared: '浏览器清除了此手机的密钥',
    clearedBody: '请重新配对，并请团队的所有者在“人员与设备”中移除旧密钥。',
    failed: '您的答复未被接受。请打开应用。',
    digest: '{count, plural, =0 {没有待办} other {有 {count} 项待审批}}',
    check: '通知工作正常',
    checkBody: '这是本设备发给自己的。审批以同样的方式到达。',
    ended: {
      completed: '任务已完成 · {project}',
      failed: '任务失败 · {project}',
      rejected: '任务未被受理 · {project}',
    },
    newcomer: '您的团队新增了一台设备',
    newcomerBody: '从现在起它可以批准操作。如果您不认识它，请将其移除。',
  },
} satisfies SameWords<typeof en>
