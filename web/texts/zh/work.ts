import type work from '../en/work.ts'
import type { SameWords } from '../words.ts'

export default {
  choice: {
    model: '模型',
    mode: '模式',
    effort: '思考强度',
    asIs: '由智能体决定',
    change: '更改',
    label: '模型与模式',
    apply: '应用',
  },
  planAgain: {
    hint: '智能体会被告知重新计划，去掉您取消勾选的内容。',
    keepAll: '全部保留',
    without: '去掉 {count} 项，重新计划',
  },
  question: {
    asks: '{agent} 想知道',
    words: '智能体的提问，用它自己的话',
    optional: '选填',
    pattern: '智能体期望的格式：{pattern}',
    choose: '请选择…',
    noSecrets: '智能体会读到您在这里写的内容。请勿填写密码或密钥。',
    answer: '回答',
    decline: '不回答',
    mend: '有 {count} 个字段需要再看一下。',
    problem: {
      missing: '此项必填。',
      kind: '这不是所要求的数字。',
      short: '太少了：至少 {least}。',
      long: '太多了：最多 {most}。',
      low: '至少 {least}。',
      high: '最多 {most}。',
      option: '请从给出的选项中选择。',
      format: {
        email: '这不是电子邮件地址。',
        uri: '这不是完整的链接，例如 https://example.org。',
        date: '这不是日期。',
        'date-time': '这不是带时间的日期。',
      },
      size: '全部回答加起来太长了。',
      unknown: '没有问到这一项。',
    },
  },
  governed: {
    governed: '行动前会先询问',
    unchecked: '尚未验证',
    unproven: '未见过它先询问',
    ungoverned: '不询问就行动，因此不启动',
  },
  sessions: {
    open: '继续之前的会话…',
    asking: '主机正在向智能体询问它的会话…',
    none: '智能体在这个项目文件夹中没有会话：它会开始新的会话。',
    session: '会话',
    fresh: '新的会话',
    where: '它会在项目文件夹中继续，会话原本就在那里。',
    newest: '这里是最近的会话。它会在项目文件夹中继续，会话原本就在那里。',
  },
  terminals: {
    title: '在终端中',
    since: '开始于{when}',
    asked: '{when}询问过',
    asks: '{count, plural, other {# 个问题}}等待回答',
  },
} satisfies SameWords<typeof work>
