package contract

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

// Real is a handler that passes requests on to the services of a real cloud, by path such as /identity, and lets its
// answers refer to itself, at the given address, so that clients stay with it. What the real cloud answers is the evidence
// for mistakes of the contract.
func Real(address string, services map[string]*url.URL) http.Handler {
	var pairs []string
	for path, target := range services {
		pairs = append(pairs, strings.TrimSuffix(target.String(), "/"), address+path)
	}
	here := strings.NewReplacer(pairs...)
	mux := http.NewServeMux()
	for path, target := range services {
		mux.Handle(path+"/", http.StripPrefix(path, &httputil.ReverseProxy{
			Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Header.Del("Accept-Encoding") },
			ModifyResponse: func(r *http.Response) error { return redirect(r, here) },
		}))
	}
	return mux
}

// redirect changes the addresses in an answer.
func redirect(r *http.Response, here *strings.Replacer) error {
	for _, values := range r.Header {
		for i, v := range values {
			values[i] = here.Replace(v)
		}
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || r.Request.Method == http.MethodHead {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err != nil {
		return err
	}
	body = []byte(here.Replace(string(body)))
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}
