package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkRequest compares a GET through the kernel with the same answer from a bare handler, over loopback.
func BenchmarkRequest(b *testing.B) {
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(thing{"7", "http://" + r.Host + "/shop/things/7"})
	})
	for _, row := range []struct {
		name    string
		handler http.Handler
	}{{"bare", bare}, {"kernel", front(new(shop))}} {
		b.Run(row.name, func(b *testing.B) {
			server := httptest.NewServer(row.handler)
			defer server.Close()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
				defer client.CloseIdleConnections()
				for pb.Next() {
					r, _ := http.NewRequest("GET", server.URL+"/shop/things/7", nil)
					r.Header.Set("X-Auth-Token", "good")
					resp, err := client.Do(r)
					if err != nil || resp.StatusCode != 200 {
						b.Fatal(err)
					}
					resp.Body.Close()
				}
			})
		})
	}
}
