@glance @import:web-download
Feature: Importing an image from the web
  Glance fetches the data itself, from an address that the request names, if its operator lets it fetch from there, and puts
  it into the stores that the request names. What cannot be fetched leaves an image that has no data yet.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |
    And an image "golden"

  @op:glance.images.import
  Scenario Outline: An address that is <what>
    When I try to import the image "golden" from the address "<address>"
    Then it is refused as a bad request, saying "URI for web-download does not pass filtering: <address>"
    And the image "golden" is "queued"

    Examples:
      | what               | address              |
      | not on the web     | gopher://127.0.0.1/x |
      | of another scheme  | ftp://127.0.0.1/x    |
      | a file of Glance's | file:///etc/hostname |

  @op:glance.images.import @config:web_download_from_here
  Scenario: Into the default store
    Given a web server that has the data "hello"
    When I import the image "golden" from that web server
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "fast"
    And the image "golden" holds the data "hello"

  @op:glance.images.import @config:web_download_from_here
  Scenario: Into several stores
    Given a web server that has the data "hello"
    When I import the image "golden" from that web server into the stores "cheap, reliable"
    Then the image "golden" becomes "active"
    And the image "golden" is in the stores "cheap, reliable"
    And the image "golden" holds the data "hello"

  @op:glance.images.import @config:web_download_from_here
  Scenario: From where there is nothing
    Given a web server that has nothing
    When I import the image "golden" from that web server
    Then the image "golden" fails to be imported into "fast"
    And the image "golden" is in no store
    When I download the image "golden"
    Then nothing came

  @op:glance.images.import
  Scenario: An image that is being imported already
    Given I stage the data "hello" for the image "golden"
    When I try to import the image "golden" from the address "http://127.0.0.1:9/x"
    Then it is refused as a conflict, saying "Image needs to be in 'queued' state to use 'web-download' method"
