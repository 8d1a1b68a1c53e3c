import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiptError } from './receipt-error.ts';
import { parsePrinterAddress, printerAddress } from './printer-address.ts';

describe('a printer’s address', () => {
  it.each([
    ['tcp://192.0.2.10:9100', { kind: 'tcp', host: '192.0.2.10', port: 9100, columns: 48 }],
    ['tcp://printer.lan', { kind: 'tcp', host: 'printer.lan', port: 9100, columns: 48 }],
    ['tcp://[2001:db8::7]:9101?columns=32', { kind: 'tcp', host: '2001:db8::7', port: 9101, columns: 32 }],
    ['/dev/usb/lp0', { kind: 'device', path: '/dev/usb/lp0', columns: 48 }],
    [
      '/dev/ttyUSB0?baud=19200&columns=42',
      { kind: 'device', path: '/dev/ttyUSB0', baud: 19_200, columns: 42 },
    ],
  ])('is read: %s', (text, address) => {
    expect(parsePrinterAddress(text)).toEqual(address);
  });

  it.each([
    ['192.0.2.10', 'neither tcp://HOST:PORT nor a file under /dev'],
    ['http://192.0.2.10', 'neither tcp://HOST:PORT nor a file under /dev'],
    ['/etc/passwd', 'neither tcp://HOST:PORT nor a file under /dev'],
    ['/dev/../etc/passwd', 'without “..”'],
    ['tcp://a:0', 'its port'],
    ['tcp://a:70000', 'its port'],
    ['tcp://a?baud=9600', 'for serial ports alone'],
    ['/dev/ttyS0?baud=1', 'baud is none of'],
    ['/dev/ttyS0?columns=2', 'from 24 to 96'],
    ['/dev/ttyS0?colour=red', 'neither columns nor baud'],
    ['tcp://a b', 'a character too many'],
  ])('is refused with what is wrong: %s', (text, why) => {
    expect(() => parsePrinterAddress(text)).toThrow(why);
  });

  it('is a field of a configuration that says what is wrong', () => {
    expect(printerAddress.safeParse('lpt1').error?.issues[0]?.message).toContain(
      'This is not a printer’s address'.replace('’', "'"),
    );
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => `tcp://${tail}`),
        ),
        (text) => {
          try {
            parsePrinterAddress(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ReceiptError);
          }
        },
      ),
    );
  });
});
