package glance

import (
	"strings"
	"testing"
	"time"
)

func FuzzReadPointer(f *testing.F) {
	for _, s := range []string{"/a", "/a~1b~0c", "//", "/a/", "/ ", "/~", "x", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := readPointer(s)
		if err == nil && len(parts) == 0 {
			t.Errorf("%q has no parts", s)
		}
	})
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"bytes=0-3", "bytes=-4", "bytes=4-", "bytes=-", "bytes 0-3/10", "bytes */*", "bytes 99999999999999999999-/5"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, s string, size int64) {
		size = max(size, 0)
		for name, parse := range map[string]func(string, *int64) (*part, error){"Range": parseRange, "Content-Range": parseContentRange} {
			p, err := parse(s, &size)
			if err == nil && (p.from < 0 || p.length < 1 || p.last != p.from+p.length-1 || p.last >= size) {
				t.Errorf("%s: %q of %d bytes: %+v", name, s, size, *p)
			}
			_, _ = parse(s, nil)
		}
	})
}

func FuzzParseISOTime(f *testing.F) {
	for _, s := range []string{"2026-11-22T15:00:01Z", "2020", "20200101", "2020-01-01 10:11:12.5+02:00", "2020-02-30", "0000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := parseISOTime(s)
		if !ok {
			return
		}
		if again, ok := parseISOTime(at.Format(time.RFC3339Nano)); ok && again.Sub(at).Abs() > time.Microsecond {
			t.Errorf("%q is %s, which is %s", s, at, again)
		}
	})
}

func FuzzSplitQuoted(f *testing.F) {
	for _, s := range []string{`a,b`, `"a,b",c`, `"a`, `a"b"`, `"a\"b"`, `,,`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		values, err := splitQuoted(s)
		if err == nil && len(strings.Join(values, "")) > len(s) {
			t.Errorf("%q became %q", s, values)
		}
	})
}

func FuzzReadQuery(f *testing.F) {
	for _, s := range []string{"a=b&c=%20d", "a=%zz", "limit=1&limit=2&sort=name:asc", "tag=x&tag=y", "name=in:%22a%22,b"} {
		f.Add(s)
	}
	s := &Service{cfg: Config{LimitParamDefault: 25, APILimitMax: 1000}}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := readQuery(raw)
		if err != nil {
			return
		}
		if got, err := readQuery(q.encode()); err != nil || got.encode() != q.encode() {
			t.Errorf("%q is read as %q, which is read as %q, %v", raw, q.encode(), got.encode(), err)
		}
		l, err := s.readListing(q.clone())
		if err != nil {
			return
		}
		for _, match := range l.match {
			match(&Image{})
		}
	})
}
