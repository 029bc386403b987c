package record

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// A content is written as its size, the stretches of it that are not zeros, and what is known of its hashes:
//
//	{"size":1073741824,
//	 "data":[{"at":0,"size":5,"bytes":"aGVsbG8="},{"at":65536,"size":131072,"blob":"f3…","from":65536}],
//	 "sums":[{"size":1073741824,"md5":"…","sha512":"…"}]}

func writeContent(w *writer, v reflect.Value) error {
	c := v.Interface().(content.Content)
	w.raw(`{"size":`)
	w.buf = strconv.AppendInt(w.buf, c.Size(), 10)
	at, n, data := int64(0), 0, int64(0)
	for _, e := range c.Extents() {
		if e.Blob != nil {
			if n == 0 {
				w.raw(`,"data":[`)
			}
			w.comma(n)
			n++
			if err := w.stretch(at, e); err != nil {
				return err
			}
			data += e.Size
		}
		at += e.Size
	}
	if n > 0 {
		w.raw("]")
	}
	w.known(c, data)
	w.raw("}")
	return nil
}

func (w *writer) stretch(at int64, e content.Extent) error {
	w.raw(`{"at":`)
	w.buf = strconv.AppendInt(w.buf, at, 10)
	w.raw(`,"size":`)
	w.buf = strconv.AppendInt(w.buf, e.Size, 10)
	if small, ok := e.Small(); ok {
		w.raw(`,"bytes":`)
		w.base64(small)
		w.raw("}")
		return nil
	}
	id, err := w.blobs.Refer(e, w.named)
	if err != nil {
		return err
	}
	w.raw(`,"blob":`)
	w.quoted(id)
	if e.Offset > 0 {
		w.raw(`,"from":`)
		w.buf = strconv.AppendInt(w.buf, e.Offset, 10)
	}
	w.raw("}")
	return nil
}

// hashedSoon is how much data is hashed again sooner than the states of the hashes are worth their place.
const hashedSoon = 1 << 20

func (w *writer) known(c content.Content, data int64) {
	n := 0
	for _, k := range c.Known() {
		states := len(k.MD5) > 0 && data >= hashedSoon
		if k.Size != c.Size() && !states {
			continue
		}
		if n == 0 {
			w.raw(`,"sums":[`)
		}
		w.comma(n)
		n++
		w.raw(`{"size":`)
		w.buf = strconv.AppendInt(w.buf, k.Size, 10)
		w.raw(`,"md5":"` + k.Sums.MD5 + `","sha512":"` + k.Sums.SHA512 + `"`)
		if states {
			w.raw(`,"md5_state":`)
			w.base64(k.MD5)
			w.raw(`,"sha512_state":`)
			w.base64(k.SHA512)
		}
		w.raw("}")
	}
	if n > 0 {
		w.raw("]")
	}
}

func readContent(r *reader, v reflect.Value) error {
	var size int64
	var extents []content.Extent
	var known []content.Known
	at := int64(0)
	err := r.object(func(key string) (err error) {
		switch key {
		case "size":
			size, err = r.int()
		case "data":
			err = r.array(func() error {
				begin, e, err := r.stretch()
				if err != nil {
					return err
				}
				if begin < at || e.Size < 0 || e.Size > size-begin {
					return fmt.Errorf("%d bytes at %d, of %d, the first %d of which were told before", e.Size, begin, size, at)
				}
				extents = append(extents, content.Extent{Size: begin - at}, e)
				at = begin + e.Size
				return nil
			})
		case "sums":
			err = r.array(func() error {
				k, err := r.known()
				known = append(known, k)
				return err
			})
		default:
			err = fmt.Errorf("unknown field %.100q of a content", key)
		}
		return err
	})
	if err != nil {
		return err
	}
	if size < at {
		return fmt.Errorf("%d bytes, of %d", at, size)
	}
	c, err := content.FromExtents(append(extents, content.Extent{Size: size - at}))
	if err != nil {
		return err
	}
	if c, err = c.Knowing(known...); err != nil {
		return err
	}
	v.Set(reflect.ValueOf(c))
	return nil
}

func (r *reader) stretch() (at int64, e content.Extent, err error) {
	id, bytes, from := "", []byte(nil), int64(0)
	err = r.object(func(key string) (err error) {
		switch key {
		case "at":
			at, err = r.int()
		case "size":
			e.Size, err = r.int()
		case "bytes":
			bytes, err = r.base64()
		case "blob":
			id, err = r.string()
		case "from":
			from, err = r.int()
		default:
			err = fmt.Errorf("unknown field %.100q of data", key)
		}
		return err
	})
	switch {
	case err != nil:
		return 0, e, err
	case bytes != nil:
		if len(bytes) == 0 || int64(len(bytes)) != e.Size || id != "" {
			return 0, e, fmt.Errorf("%d bytes, told to be %d", len(bytes), e.Size)
		}
		return at, content.Bytes(bytes).Extents()[0], nil
	case id == "":
		return 0, e, errors.New("neither bytes nor a blob")
	}
	if from < 0 || e.Size < 0 || e.Size > math.MaxInt64-from {
		return 0, e, fmt.Errorf("%d bytes at %d of a blob", e.Size, from)
	}
	e.Offset = from
	e.Blob, err = r.blobs.Resolve(id, from+e.Size)
	return at, e, err
}

func (r *reader) known() (k content.Known, err error) {
	err = r.object(func(key string) (err error) {
		switch key {
		case "size":
			k.Size, err = r.int()
		case "md5":
			k.Sums.MD5, err = r.string()
		case "sha512":
			k.Sums.SHA512, err = r.string()
		case "md5_state":
			k.MD5, err = r.base64()
		case "sha512_state":
			k.SHA512, err = r.base64()
		default:
			err = fmt.Errorf("unknown field %.100q of sums", key)
		}
		return err
	})
	return k, err
}
