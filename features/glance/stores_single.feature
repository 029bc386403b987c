@glance @config:single_store
Feature: Glance with a single store
  Glance may be configured with one store that has no name. Then there is nothing to discover, nothing to choose and
  nothing to say about where an image is.

  @op:glance.stores.list
  Scenario: There are no stores to list
    When I try to list the stores
    Then it is refused as not found, saying "Multi backend is not supported at this site."

  @op:glance.stores.detail
  Scenario: Neither for a member nor for the administrator
    When I try to list the stores in detail
    Then it is refused as not found, saying "Multi backend is not supported at this site."
    When the administrator tries to list the stores in detail
    Then it is refused as not found, saying "Multi backend is not supported at this site."

  @op:glance.images.create
  Scenario: A new image hears of no stores
    When I create an image "golden"
    Then the answer names no stores

  @op:glance.images.upload
  Scenario: A store that an upload names is ignored
    Given an image "golden"
    When I send the data "hello" to the image "golden" in the store "nowhere"
    Then the image "golden" is "active"
    And the image "golden" is in no store

  @op:glance.versions.list
  Scenario: The versions that came with multiple stores are not offered
    When I list the versions of the Images API
    Then the versions "v2.8, v2.10, v2.11, v2.12, v2.13" are not among them
    And the version "v2.9" is among them

  @op:glance.stores.delete_image
  Scenario: There is no store to take an image out of
    Given an active image "golden" with the data "hello"
    When the administrator tries to take the image "golden" out of the store "fast"
    Then it is refused as not found, saying "The resource could not be found."

  @op:glance.images.import
  Scenario: An import that may miss some stores
    Given an image "golden"
    When I try to import the image "golden":
      """
      {"method": {"name": "web-download", "uri": "http://127.0.0.1/x"}, "all_stores_must_succeed": false}
      """
    Then it is refused as a bad request, saying "All_stores_must_succeed can only be set with enabled_backends http://127.0.0.1/x"

  @op:glance.images.download @since:gazpacho
  Scenario: A download that prefers a store
    Given an active image "golden" with the data "hello"
    When I try to download the image "golden" from the stores "fast"
    Then it is refused as a bad request, saying "Store selection for download is not available when multiple backends are not enabled."
