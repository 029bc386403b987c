@cinder
Feature: Lists of volumes
  Lists are filtered, sorted and read page by page.

  Background:
    Given block storage microversion 3.60
    And I create "ash" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:ash}", "metadata": {"wood": "{name:grove}"}}}
      """
    And I create "birch" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 2, "name": "{name:birch}", "metadata": {"wood": "{name:grove}"}}}
      """
    And I create "cedar" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:cedar}", "metadata": {"wood": "{name:grove}"}}}
      """
    And the volume "ash" becomes "available"
    And the volume "birch" becomes "available"
    And the volume "cedar" becomes "available"

  @op:cinder.volumes.list
  Scenario Outline: <what>
    When I send GET "volumes?metadata={'wood':'{name:grove}'}&<query>" to Cinder
    Then the answer says:
      | volumes.0.id | <first>  |
      | volumes.1.id | <second> |
      | volumes.2.id | <third>  |

    Examples:
      | what                  | query                       | first   | second  | third           |
      | By name               | sort=name:asc               | {ash}   | {birch} | {cedar}         |
      | By two keys           | sort=size:desc,name:desc    | {birch} | {cedar} | {ash}           |
      | Of a size             | size=1&sort=name:asc        | {ash}   | {cedar} | (no such field) |
      | Of a name             | name={name:birch}           | {birch} | (no such field) | (no such field) |
      | Two of them           | limit=2&sort=name:asc       | {ash}   | {birch} | (no such field) |
      | From a place on       | offset=1&sort=name:asc      | {birch} | {cedar} | (no such field) |
      | From a volume on      | marker={ash}&sort=name:asc  | {birch} | {cedar} | (no such field) |

  @op:cinder.volumes.list
  Scenario: A page leads to the next one, and the count is of all pages
    When I send GET "volumes?size=1&metadata={'wood':'{name:grove}'}&sort=name:asc&limit=1&with_count=true" to Cinder
    Then the answer says:
      | count                    | 2     |
      | volumes.0.id             | {ash} |
      | volumes_links.0.rel      | next  |

  @op:cinder.volumes.list_detail
  Scenario: A stranger sees none of them
    When a stranger sends GET "volumes/detail?name={name:ash}&all_tenants=true" to Cinder
    Then the answer says:
      | volumes | [] |
    When the administrator sends GET "volumes/detail?name={name:ash}&all_tenants=true" to Cinder
    Then the answer says:
      | volumes.0.id                                 | {ash}        |
      | volumes.0.os-vol-tenant-attr:tenant_id | {my project} |

  @op:cinder.volumes.summary
  Scenario: How much there is
    When I send GET "volumes/summary?name={name:birch}" to Cinder
    Then the answer is 200

  @op:cinder.volumes.list
  Scenario Outline: A list is not asked for <what>
    When I try to send GET "volumes?<query>" to Cinder
    Then it is refused as <refusal>, saying "<message>"

    Examples:
      | what                      | query                                       | refusal       | message                                                               |
      | from a volume there is not | marker=00000000-0000-4000-8000-000000000000 | not found     | Volume 00000000-0000-4000-8000-000000000000 could not be found.       |
      | less than none of them    | limit=-1                                    | a bad request | limit param must be positive            |
      | by a key there is not     | sort=weight                                 | a bad request | Invalid input received: Invalid sort key                 |
      | in no direction           | sort=name:sideways                          | a bad request | Invalid input received: Unknown sort direction, must be 'desc' or 'asc'. |

  # Comparisons came with microversion 3.60.
  @op:cinder.volumes.list
  Scenario Outline: By when they were made: <when>
    Given block storage microversion 3.60
    When I send GET "volumes?name={name:ash}&created_at=<when>" to Cinder
    Then the answer says:
      | volumes.0.id | <first> |

    Examples:
      | when                                           | first           |
      | gt:2000-01-01T00:00:00                         | {ash}           |
      | lt:2000-01-01T00:00:00                         | (no such field) |
      | gte:2000-01-01T00:00:00,lt:2100-01-01T00:00:00 | {ash}           |
