"""Reports: sums of many projects, computed once and told on paper and in workbooks alike."""
