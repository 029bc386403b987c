package steps

import (
	"net/http"
	"testing"
)

// Bodies as the reference cloud (Zed) sends them, and near misses of them.
func TestSaid(t *testing.T) {
	type answer struct {
		service, contentType string
		status               int
		body                 string
	}
	const denied = "You are not authorized to complete stores_info_detail action."
	for name, c := range map[string]struct {
		answer
		said  string
		wrong bool
	}{
		"keystone": {
			answer{"identity", "application/json", 401, `{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}`},
			"The request you have made requires authentication.", false,
		},
		"keystone, another code":  {answer{"identity", "application/json", 401, `{"error":{"code":403,"message":"x","title":"Unauthorized"}}`}, "", true},
		"keystone, another title": {answer{"identity", "application/json", 401, `{"error":{"code":401,"message":"x","title":"Forbidden"}}`}, "", true},

		"cinder": {
			answer{"block-storage", "application/json", 400, `{"badRequest": {"code": 400, "message": "Volume Type is currently in use."}}`},
			"Volume Type is currently in use.", false,
		},
		"cinder, a failure":     {answer{"block-storage", "application/json", 500, `{"computeFault": {"code": 500, "message": "x"}}`}, "x", false},
		"cinder, another key":   {answer{"block-storage", "application/json", 404, `{"badRequest": {"code": 404, "message": "x"}}`}, "", true},
		"cinder, another code":  {answer{"block-storage", "application/json", 404, `{"itemNotFound": {"code": 400, "message": "x"}}`}, "", true},
		"cinder, a text":        {answer{"block-storage", "text/plain", 404, "x"}, "", true},
		"cinder, one key more":  {answer{"block-storage", "application/json", 404, `{"itemNotFound": {"code": 404, "message": "x"}, "y": {}}`}, "", true},
		"cinder, a bare number": {answer{"block-storage", "application/json", 404, `{"itemNotFound": {"code": "404", "message": "x"}}`}, "", true},

		"glance": {
			answer{"image", "application/json", 403, `{"message": "` + denied + `<br /><br />\n\n\n", "code": "403 Forbidden", "title": "Forbidden"}`},
			denied, false,
		},
		"glance, a detail": {
			answer{"image", "application/json", 403, `{"message": "Access was denied to this resource.<br /><br />\nAttribute 'location' is reserved.\n\n", "code": "403 Forbidden", "title": "Forbidden"}`},
			"Attribute 'location' is reserved.", false,
		},
		"glance, media type": {
			answer{"image", "application/json", 415, `{"message": "The request media type text/plain is not supported by this server.\n<br /><br />\n", "code": "415 Unsupported Media Type", "title": "Unsupported Media Type"}`},
			"The request media type text/plain is not supported by this server.", false,
		},
		"glance, no break":     {answer{"image", "application/json", 403, `{"message": "x", "code": "403 Forbidden", "title": "Forbidden"}`}, "", true},
		"glance, a short tail": {answer{"image", "application/json", 403, `{"message": "x<br /><br />\n", "code": "403 Forbidden", "title": "Forbidden"}`}, "", true},
		"glance, a number":     {answer{"image", "application/json", 403, `{"message": "x<br /><br />\n\n\n", "code": 403, "title": "Forbidden"}`}, "", true},
		"glance, a page": {
			answer{"image", "text/html; charset=UTF-8", 404, "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  No image found with ID nope<br /><br />\n\n\n\n </body>\n</html>"},
			"No image found with ID nope", false,
		},
		"glance, another page": {answer{"image", "text/html; charset=UTF-8", 404, "<html>No image found with ID nope</html>"}, "", true},
		"glance, text":         {answer{"image", "text/plain; charset=UTF-8", 404, "404 Not Found\n\nNo image found with ID nope\n\n   "}, "No image found with ID nope", false},
		"glance, another text": {answer{"image", "text/plain; charset=UTF-8", 404, "No image found with ID nope"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := &Exchange{
				Service: c.service, Status: c.status, ResponseBody: []byte(c.body),
				ResponseHeader: http.Header{"Content-Type": {c.contentType}},
			}
			said, err := e.said()
			if said != c.said || (err != nil) != c.wrong {
				t.Errorf("said %q, %v", said, err)
			}
		})
	}
}

func TestFit(t *testing.T) {
	zed := ceilings{volume: "3.70", image: "2.15", release: "zed"}
	for tag, fits := range map[string]bool{
		"@microversion:3.9": true, "@microversion:3.70": true, "@microversion:3.71": false,
		"@image-api:2.9": true, "@image-api:2.17": false,
		"@since:zed": true, "@since:epoxy": false, "@until:zed": true, "@until:dalmatian": true,
	} {
		if err := zed.fit(Scenario{Tags: []string{"@cinder", tag}}); (err == nil) != fits {
			t.Errorf("%s on Zed: %v", tag, err)
		}
	}
	if err := (ceilings{volume: "3.71", release: "gazpacho"}).fit(Scenario{Tags: []string{"@until:dalmatian"}}); err == nil {
		t.Error("@until:dalmatian fits gazpacho")
	}
}
