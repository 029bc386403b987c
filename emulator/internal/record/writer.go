package record

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// writer appends JSON. It writes no white space.
type writer struct {
	buf   []byte
	blobs Blobs
	named bool
}

func (w *writer) raw(s string) { w.buf = append(w.buf, s...) }

func (w *writer) comma(i int) {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
}

func (w *writer) bool(b bool) { w.buf = strconv.AppendBool(w.buf, b) }

// key writes a key of an object. One that is no UTF-8, or looks as such a one is written, is written as noText and base64.
func (w *writer) key(s string) {
	if utf8.ValidString(s) && (s == "" || s[0] != noText[0]) {
		w.quoted(s)
	} else {
		w.quoted(noText + base64.StdEncoding.EncodeToString([]byte(s)))
	}
	w.buf = append(w.buf, ':')
}

// noText begins keys that are written in base64.
const noText = "\x00"

// string writes a string, or, if it is no UTF-8, an object of its base64.
func (w *writer) string(s string) {
	if utf8.ValidString(s) {
		w.quoted(s)
		return
	}
	w.raw(`{"base64":`)
	w.base64([]byte(s))
	w.raw("}")
}

func (w *writer) quoted(s string) {
	w.buf = append(w.buf, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		w.buf = append(w.buf, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			w.buf = append(w.buf, '\\', c)
		default:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	w.buf = append(w.buf, s[from:]...)
	w.buf = append(w.buf, '"')
}

const hexDigits = "0123456789abcdef"

// float always writes a point or an exponent: an integer is another value.
func (w *writer) float(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Errorf("%v cannot be kept", f)
	}
	from := len(w.buf)
	w.buf = strconv.AppendFloat(w.buf, f, 'g', -1, 64)
	for _, c := range w.buf[from:] {
		if c == '.' || c == 'e' {
			return nil
		}
	}
	w.raw(".0")
	return nil
}
