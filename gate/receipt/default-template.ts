/** The receipt of a pack that brings none: in Japanese and English, the seat in the largest type. */
export const defaultTemplate = `{width:auto; border:space; text:wrap}

"{event.ja}
{event.en}
{session.ja}
{session.en}
\`~{copy.ja}~{copy.en}~\`
---
座席 Seat\\n^^^^{seat}
区画 Zone\\n^^^{zone}
---
{width:15 *}
ゲート Gate | {gate}
時刻 Time | {date}~{time}
券種 Category | {category}
人数 People | {people}
券番 Ticket | {ticket}
照会番号 Code | {code}
{width:auto}

{code:{code}; option:code128,2,48,nohri}`;
