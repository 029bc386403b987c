package glance

import "testing"

func TestImportFilter(t *testing.T) {
	open := (&ImportFilteringOpts{}).withDefaults()
	local := (&ImportFilteringOpts{AllowedHosts: []string{"127.0.0.1", "mirror.test"}, AllowedPorts: []int{}}).withDefaults()
	closing := (&ImportFilteringOpts{DisallowedHosts: []string{"bad.test"}, AllowedSchemes: []string{"https"}, AllowedPorts: []int{}, DisallowedPorts: []int{25}}).withDefaults()
	for _, row := range []struct {
		filter  *ImportFilteringOpts
		address string
		want    bool
	}{
		{nil, "http://mirror.test/x", false},
		{open, "http://mirror.test/x", true},
		{open, "https://mirror.test:443/x", true},
		{open, "http://mirror.test:8080/x", false},
		{open, "ftp://mirror.test/x", false},
		{open, "file:///etc/passwd", false},
		{open, "http:///x", false},
		{open, "http://2130706433/", false},
		{open, "http://127.1/", false},
		{open, "http://mirror.test:xx/", false},
		{open, "", false},
		{local, "http://127.0.0.1:9/x", true},
		{local, "http://MIRROR.test/x", true},
		{local, "http://other.test/x", false},
		{closing, "https://bad.test/", false},
		{closing, "https://good.test:8443/", true},
		{closing, "https://good.test:25/", false},
		{closing, "http://good.test/", false},
	} {
		if got := row.filter.passes(row.address); got != row.want {
			t.Errorf("%s passes %+v: %v", row.address, row.filter, got)
		}
	}
	for address, want := range map[string]bool{
		"127.0.0.1:80": false, "10.1.2.3:80": false, "192.168.1.1:80": false, "169.254.169.254:80": false, "[::1]:80": false, "[::ffff:127.0.0.1]:80": false,
		"0.0.0.0:80": false, "203.0.113.5:80": true, "[2001:db8::1]:80": true,
	} {
		if got := open.reaches("innocent.test", address); got != want {
			t.Errorf("a name that is at %s: %v", address, got)
		}
	}
	if !local.reaches("127.0.0.1", "127.0.0.1:9") {
		t.Error("an allowed host is not reached")
	}
}

func FuzzImportFilter(f *testing.F) {
	for _, s := range []string{"http://a/", "http://[::1]:80/", "https://user:pass@x:1/?q#f", "http://%41/", "://", "http://127.0.0.1:99999999999/"} {
		f.Add(s)
	}
	open := (&ImportFilteringOpts{}).withDefaults()
	f.Fuzz(func(t *testing.T, s string) {
		if open.passes(s) && (*ImportFilteringOpts)(nil).passes(s) {
			t.Errorf("%q passes where nothing does", s)
		}
	})
}
