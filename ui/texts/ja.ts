import type { Texts } from './texts.ts';

export const texts: Texts = {
  name: '日本語',
  visitor: {
    hold: { title: 'マイナンバーカードをかざしてください', detail: '暗証番号はいりません' },
    holding: { title: '読み取っています', detail: 'カードをそのままに' },
    lost: { title: 'しばらくお待ちください', detail: 'ゲートにつながりません\n係員へお声がけください' },
    connecting: { title: '準備しています', detail: 'しばらくお待ちください' },
    silent: '音が出ません。画面にふれると出ます',
  },
};
