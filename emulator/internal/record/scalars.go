package record

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

func writeInt(w *writer, v reflect.Value) error {
	w.buf = strconv.AppendInt(w.buf, v.Int(), 10)
	return nil
}

func readInt(r *reader, v reflect.Value) error {
	text, err := r.number()
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(text, 10, v.Type().Bits())
	if err != nil {
		return fmt.Errorf("%.40s: want an integer of %d bits", text, v.Type().Bits())
	}
	v.SetInt(n)
	return nil
}

func writeUint(w *writer, v reflect.Value) error {
	w.buf = strconv.AppendUint(w.buf, v.Uint(), 10)
	return nil
}

func readUint(r *reader, v reflect.Value) error {
	text, err := r.number()
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(text, 10, v.Type().Bits())
	if err != nil {
		return fmt.Errorf("%.40s: want an integer of %d bits, not negative", text, v.Type().Bits())
	}
	v.SetUint(n)
	return nil
}

func writeFloat(w *writer, v reflect.Value) error { return w.float(v.Float()) }

func readFloat(r *reader, v reflect.Value) error {
	text, err := r.number()
	if err != nil {
		return err
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%.40s: want a number", text)
	}
	v.SetFloat(n)
	return nil
}

// writeTime writes a time of UTC, for nothing else is kept.
func writeTime(w *writer, v reflect.Value) error {
	t := v.Interface().(time.Time).UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		w.raw(`{"unix":`)
		w.buf = strconv.AppendInt(w.buf, t.Unix(), 10)
		w.raw(`,"ns":`)
		w.buf = strconv.AppendInt(w.buf, int64(t.Nanosecond()), 10)
		w.raw("}")
		return nil
	}
	w.raw(`"`)
	w.buf = t.AppendFormat(w.buf, time.RFC3339Nano)
	w.raw(`"`)
	return nil
}

func readTime(r *reader, v reflect.Value) error {
	var t time.Time
	if r.peek() == '{' {
		var unix, ns int64
		err := r.object(func(key string) (err error) {
			switch key {
			case "unix":
				unix, err = r.int()
			case "ns":
				ns, err = r.int()
			default:
				err = fmt.Errorf("unknown field %.100q of a time", key)
			}
			return err
		})
		if err != nil {
			return err
		}
		t = time.Unix(unix, ns).UTC()
	} else {
		text, err := r.string()
		if err != nil {
			return err
		}
		if t, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return err
		}
	}
	v.Set(reflect.ValueOf(t.UTC()))
	return nil
}

// writeText writes bytes that are text, such as JSON.
func writeText(w *writer, v reflect.Value) error {
	if v.IsNil() {
		w.raw("null")
		return nil
	}
	w.string(string(v.Bytes()))
	return nil
}

func readText(r *reader, v reflect.Value) error {
	if r.null() {
		return nil
	}
	s, err := r.string()
	v.SetBytes([]byte(s))
	return err
}

func writeBytes(w *writer, v reflect.Value) error {
	if v.IsNil() {
		w.raw("null")
		return nil
	}
	w.base64(v.Bytes())
	return nil
}

func readBytes(r *reader, v reflect.Value) error {
	if r.null() {
		return nil
	}
	b, err := r.base64()
	v.SetBytes(b)
	return err
}

func writeArray(w *writer, v reflect.Value) error {
	b := make([]byte, v.Len())
	reflect.Copy(reflect.ValueOf(b), v)
	w.base64(b)
	return nil
}

func readArray(r *reader, v reflect.Value) error {
	b, err := r.base64()
	if err != nil {
		return err
	}
	if len(b) != v.Len() {
		return fmt.Errorf("%d bytes: want %d", len(b), v.Len())
	}
	reflect.Copy(v, reflect.ValueOf(b))
	return nil
}

func (w *writer) base64(b []byte) {
	w.raw(`"`)
	w.buf = base64.StdEncoding.AppendEncode(w.buf, b)
	w.raw(`"`)
}

func (r *reader) base64() ([]byte, error) {
	text, err := r.string()
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}
