package record

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// reader reads JSON. It never reads beyond its text, nor deeper than maxDepth.
type reader struct {
	text  []byte
	at    int
	depth int
	blobs Blobs
}

// maxDepth is how deep arrays and objects may lie within one another; requests are bound to less.
const maxDepth = 10_000

var errEnd = errors.New("the text ends too early")

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// peek returns the next byte that is no white space, or 0 at the end.
func (r *reader) peek() byte {
	if r.space(); r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *reader) expect(c byte) error {
	switch got := r.peek(); {
	case got == c:
		r.at++
		return nil
	case r.at >= len(r.text):
		return errEnd
	default:
		return fmt.Errorf("got %q, want %q", got, c)
	}
}

func (r *reader) literal(s string) bool {
	r.space()
	if len(r.text)-r.at < len(s) || string(r.text[r.at:r.at+len(s)]) != s {
		return false
	}
	r.at += len(s)
	return true
}

func (r *reader) null() bool { return r.peek() == 'n' && r.literal("null") }

func (r *reader) bool() (bool, error) {
	switch {
	case r.literal("true"):
		return true, nil
	case r.literal("false"):
		return false, nil
	}
	return false, errors.New("want true or false")
}

// number returns the text of a number, not all of which need be one.
func (r *reader) number() (string, error) {
	r.space()
	from := r.at
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case '0' <= c && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			r.at++
			continue
		}
		break
	}
	if r.at == from {
		return "", errors.New("want a number")
	}
	return string(r.text[from:r.at]), nil
}

func (r *reader) int() (int64, error) {
	text, err := r.number()
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// quoted reads a string in quotes.
func (r *reader) quoted() (string, error) {
	if err := r.expect('"'); err != nil {
		return "", err
	}
	from := r.at
	for escaped := false; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			escaped = true
			r.at++
		case '"':
			r.at++
			if !escaped {
				return string(r.text[from : r.at-1]), nil
			}
			var s string
			err := json.Unmarshal(r.text[from-1:r.at], &s)
			return s, err
		}
	}
	r.at = min(r.at, len(r.text))
	return "", errEnd
}

// string reads what writer.string writes.
func (r *reader) string() (string, error) {
	if r.peek() != '{' {
		return r.quoted()
	}
	var s string
	err := r.object(func(key string) error {
		if key != "base64" {
			return fmt.Errorf("unknown field %.100q of a string", key)
		}
		b, err := r.base64Text()
		s = string(b)
		return err
	})
	return s, err
}

func (r *reader) base64Text() ([]byte, error) {
	text, err := r.quoted()
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}

func (r *reader) key() (string, error) {
	s, err := r.quoted()
	if err != nil || !strings.HasPrefix(s, noText) {
		return s, err
	}
	b, err := base64.StdEncoding.DecodeString(s[len(noText):])
	return string(b), err
}

func (r *reader) array(element func() error) error {
	return r.within('[', ']', element)
}

func (r *reader) object(member func(key string) error) error {
	return r.within('{', '}', func() error {
		key, err := r.key()
		if err != nil {
			return err
		}
		if err := r.expect(':'); err != nil {
			return err
		}
		return member(key)
	})
}

func (r *reader) within(begin, end byte, part func() error) error {
	if err := r.expect(begin); err != nil {
		return err
	}
	if r.depth++; r.depth > maxDepth {
		return fmt.Errorf("deeper than %d", maxDepth)
	}
	defer func() { r.depth-- }()
	if r.peek() == end {
		r.at++
		return nil
	}
	for {
		if err := part(); err != nil {
			return err
		}
		if r.peek() == ',' {
			r.at++
			continue
		}
		return r.expect(end)
	}
}
