import type en from '../en/trouble.ts'
import type { SameWords } from '../words.ts'

export default {
  again: '重试',
  broken: '此设备未能完成：存储空间可能已满或被关闭。请腾出空间，重新加载应用后再试。',
  pushNotice: {
    off: '开启通知，应用关闭时也能收到询问。',
    turnOn: '开启',
    denied: '此应用的通知已被屏蔽：应用关闭时您收不到任何消息。',
    'needs-install': '此手机只为主屏幕上的应用发送通知：关闭时您收不到任何消息。',
    unsupported: '此浏览器不支持通知：应用关闭时您收不到任何消息。',
  },
  link: {
    connecting: '仍在连接…',
    clockAhead: '此手机的时钟快了 {by}。请让手机自动设置时间：时钟有误时作出的决定不会被接受。',
    clockBehind: '此手机的时钟慢了 {by}。请让手机自动设置时间：时钟有误时作出的决定不会被接受。',
    stale: '更新于{when}。',
    offline: '没有网络连接。您所做的会先保存，稍后发送。',
    refused: '有 {count} 项未被接受。',
    unsent: '有 {count} 项尚未发送。',
    update: '新版本已就绪。',
  },
  queued: {
    waits: '尚未发送：没有网络连接。一有连接就会自动发送。',
    drop: '不发送',
    forget: '移除',
  },
  kept: {
    title: '保存在此手机上',
    none: '全部已发送',
    decision: '您已{answer}：',
    dropSure: '不发送吗？如果它已到达中继而此手机未收到回音，它仍然有效。',
    kind: {
      prompt: '给智能体的话',
      cancel: '取消任务',
      interrupt: '打断智能体',
      resume: '让任务继续询问',
      ping: '询问主机是否在线',
      'stop-all': '停止主机上的一切',
      'revoke-rule': '收回无需询问的许可',
      'name-device': '为设备命名',
      'set-option': '更改模型或模式',
    },
  },
  left: {
    title: '已离开',
    what: '您已在另一个标签页中离开该团队',
  },
  removed: {
    title: '此手机已不在团队中',
    signed: '所有者已将此手机移出团队。它签署的内容不再有效；它此前发起的任务不会因此停止。',
    said: '中继不认识此手机的密钥：可能是所有者移除了它，也可能是中继丢失了数据。请向团队的所有者确认。',
    out: '如果它已被移除，请在此手机上忘记该团队。之后可以用新密钥重新配对或接受邀请。',
  },
  frozen: {
    title: '无法批准任何操作',
    what: '本团队的所有者签署了两份不同的成员记录。在解决之前，此手机不作任何决定，主机也不放行任何操作。',
    why: '要么有人在使用所有者的密钥，要么中继向两位所有者展示了不同的内容。请不要通过本应用，而是当面与其他所有者确认：您不认识的那一条是哪台设备签署的。',
    when: '发现于 {when}，信任日志第 {n} 条。',
    out: '解决办法',
    reset: '在每台主机上运行',
    forgetHint: '在此手机上忘记该团队；这也会生成新的密钥。',
    pair: '重新将此手机与主机配对，并重新邀请其他人。',
    forget: '在此手机上忘记该团队',
    sure: '要删除此手机的密钥和它保存的一切吗？此操作无法撤销。',
  },
} satisfies SameWords<typeof en>
