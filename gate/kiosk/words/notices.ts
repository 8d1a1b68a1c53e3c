/** What is shown in both languages. */
export interface Said {
  readonly ja: string;
  readonly en: string;
}

/** A title that is read from afar, and a sentence that says what to do. */
export interface Notice {
  readonly title: Said;
  readonly text: Said;
}

const office: Said = {
  ja: 'お住まいの市区町村の窓口',
  en: 'your municipal office',
};

/** All that a kiosk tells a visitor beside the form and the service's answer. */
export const notices = {
  'card-left': {
    title: { ja: 'カードが離れました', en: 'The card left the reader' },
    text: {
      ja: 'もう一度カードを置き、終わるまでそのままにしてください。暗証番号は残っていません。',
      en: 'Lay it on the reader again and leave it there until it is done. Your PIN was not kept.',
    },
  },
  'card-slow': {
    title: { ja: '読み取れませんでした', en: 'The card took too long' },
    text: {
      ja: 'カードを一度離し、ケースから出して置き直してください。',
      en: 'Lift the card, take it out of any case, and lay it on the reader again.',
    },
  },
  'not-a-my-number-card': {
    title: { ja: 'マイナンバーカードではありません', en: 'This is not a My Number Card' },
    text: {
      ja: '顔写真のあるマイナンバーカードを置いてください。',
      en: 'Use the card with your photo on it.',
    },
  },
  'no-signature-certificate': {
    title: { ja: 'このカードでは申し込めません', en: 'This card cannot sign an application' },
    text: {
      ja: `署名用電子証明書がありません（15歳未満の方のカード、顔認証マイナンバーカードなど）。署名用電子証明書のある方のカードで申し込んでください。発行は${office.ja}でできます。`,
      en: `It has no signature certificate, as the cards of children under 15 and face-authentication cards. Apply with the card of someone who has one; ${office.en} issues it.`,
    },
  },
  'no-authentication-certificate': {
    title: { ja: 'このカードは使えません', en: 'This card cannot be used' },
    text: {
      ja: `利用者証明用電子証明書がありません。${office.ja}で発行を受けるか、別のマイナンバーカードを使ってください。`,
      en: `It has no user authentication certificate. Have one issued at ${office.en}, or use another My Number Card.`,
    },
  },
  'card-expired': {
    title: { ja: '電子証明書の有効期限が切れています', en: 'The card’s certificate has expired' },
    text: {
      ja: `${office.ja}で電子証明書を更新してください。`,
      en: `Renew the certificate at ${office.en}.`,
    },
  },
  'signature-pin-blocked': {
    title: { ja: '署名用パスワードがロックされています', en: 'The signature PIN is locked' },
    text: {
      ja: `${office.ja}、またはコンビニの端末（スマートフォンの予約アプリが必要）で初期化できます。`,
      en: `Have it reset at ${office.en}, or at a convenience store’s terminal with the reservation app on your phone.`,
    },
  },
  'authentication-pin-blocked': {
    title: {
      ja: '暗証番号がロックされているか、設定されていません',
      en: 'The PIN is locked, or was never set',
    },
    text: {
      ja: `${office.ja}で初期化できます。顔認証マイナンバーカードには暗証番号がありません。`,
      en: `Have it reset at ${office.en}. Face-authentication cards have no PIN.`,
    },
  },
  'wrong-pin': {
    title: { ja: '暗証番号が違います', en: 'The PIN is wrong' },
    text: {
      ja: 'もう一度入力してください。続けて間違えるとカードがロックされます。',
      en: 'Type it again. Too many wrong ones in a row lock the card.',
    },
  },
  'last-try': {
    title: { ja: '入力できるのはあと1回です', en: 'One try is left' },
    text: {
      ja: `次に間違えるとロックされ、${office.ja}での手続きが必要になります。暗証番号に自信がなければ、ここでやめてください。`,
      en: `One more wrong PIN locks the card, and ${office.en} must reset it. If you are not sure of your PIN, stop here.`,
    },
  },
  unreadable: {
    title: { ja: 'カードを読み取れません', en: 'The card cannot be read' },
    text: {
      ja: 'もう一度置くか、別のマイナンバーカードを使ってください。',
      en: 'Lay it on the reader again, or use another My Number Card.',
    },
  },
  'not-genuine': {
    title: { ja: 'カードの署名を確認できません', en: 'The card’s signature does not hold' },
    text: { ja: '係員へお声がけください。', en: 'Please see a member of staff.' },
  },
  'take-card': {
    title: { ja: 'カードをお取りください', en: 'Please take your card' },
    text: {
      ja: 'リーダーの上にカードが残っています。お忘れ物のときは係員へお知らせください。',
      en: 'A card lies on the reader. If it is not yours, please tell a member of staff.',
    },
  },
  reserved: {
    title: { ja: '申込みを受け付けました', en: 'Your application is accepted' },
    text: {
      ja: '期限までにお支払いください。お支払い後、このカードで入場できます。',
      en: 'Pay by the date shown. Once paid, this card is your ticket.',
    },
  },
  queued: {
    title: { ja: '申込みをお預かりしました', en: 'Your application is kept here' },
    text: {
      ja: '予約サービスにつながらないため、つながり次第、順番に送ります。受付番号を控え、あとでこの端末で結果をお確かめください。',
      en: 'The ticketing service cannot be reached; your application is sent in its turn as soon as it can. Note the number and look up the result here later.',
    },
  },
  bound: {
    title: { ja: 'このカードに券を登録しました', en: 'The ticket is tied to this card' },
    text: {
      ja: '当日は、このカードをかざして入場できます。',
      en: 'On the day, hold this card over the gate to enter.',
    },
  },
  refused: {
    title: { ja: '受け付けられませんでした', en: 'It was not accepted' },
    text: {
      ja: '予約サービスの返事は下のとおりです。',
      en: 'The ticketing service says why below.',
    },
  },
  'service-away': {
    title: { ja: '予約サービスにつながりません', en: 'The ticketing service cannot be reached' },
    text: {
      ja: 'カードの登録はつながっているときだけできます。しばらくしてからもう一度お試しください。',
      en: 'Tying a ticket to a card works only while it can be reached. Try again in a while.',
    },
  },
  'not-kept': {
    title: { ja: '申込みをお預かりできません', en: 'Your application cannot be kept' },
    text: {
      ja: '端末に不具合があり、何も送られていません。係員へお声がけください。',
      en: 'Something is wrong with this kiosk; nothing was sent. Please see a member of staff.',
    },
  },
  unclear: {
    title: { ja: '結果を確認できていません', en: 'The result is not known yet' },
    text: {
      ja: '受付番号を控え、あとでこの端末で結果をお確かめください。登録のときは、券の状態を確かめてからもう一度お試しください。',
      en: 'Note the number and look up the result here later. Where you were tying a ticket to a card, look at the ticket before you try again.',
    },
  },
} as const satisfies Record<string, Notice>;

export type NoticeName = keyof typeof notices;
