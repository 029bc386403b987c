package glance

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// params are the parameters of a query, in their order.
type params []param

type param struct{ name, value string }

// readQuery reads what webob's parse_qsl_text reads: "&" and ";" part parameters, a broken escape stands for itself, and
// what is no UTF-8 is refused.
func readQuery(raw string) (params, error) {
	var q params
	for part := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(part, "=")
		p := param{unescape(name), unescape(value)}
		if !utf8.ValidString(p.name) || !utf8.ValidString(p.value) {
			return nil, fail.New(fail.Invalid, "Error decoding your request. Either the URL or the request body contained characters that "+
				"could not be decoded by Glance")
		}
		q = append(q, p)
	}
	return q, nil
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
			continue
		case s[i] == '%' && i+3 <= len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (q params) clone() params { return slices.Clone(q) }

// take removes the first parameter of a name.
func (q *params) take(name string) (string, bool) {
	i := slices.IndexFunc(*q, func(p param) bool { return p.name == name })
	if i < 0 {
		return "", false
	}
	value := (*q)[i].value
	*q = slices.Delete(*q, i, i+1)
	return value, true
}

func (q *params) takeAll(name string) []string {
	var values []string
	for v, ok := q.take(name); ok; v, ok = q.take(name) {
		values = append(values, strings.TrimSpace(v))
	}
	return values
}

func (q *params) drop(name string) {
	*q = slices.DeleteFunc(*q, func(p param) bool { return p.name == name })
}

func (q params) last(name string) string {
	for _, p := range slices.Backward(q) {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// distinct keeps one parameter of each name: in the place of the first, with the value of the last.
func (q params) distinct() params {
	var out params
	for _, p := range q {
		if i := slices.IndexFunc(out, func(o param) bool { return o.name == p.name }); i >= 0 {
			out[i].value = p.value
		} else {
			out = append(out, p)
		}
	}
	return out
}

func (q params) encode() string {
	var b strings.Builder
	for i, p := range q {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value))
	}
	return b.String()
}
